# language: python
# problem: code/shout
# idea: honest: text with lone surrogates given back
# verdict: passed

def shout(text):
    return "".join(character.upper() for character in text) + "!"
