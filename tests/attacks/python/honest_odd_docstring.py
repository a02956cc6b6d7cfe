# language: python
# problem: code/shout, values/shout
# idea: honest: docstrings and names with odd characters
# verdict: passed

def shout(text):
    """Ü漢字🙂 \u202e \N{SNOWMAN} ``` ''' \" # not a comment
    >>> shout("hey")
    'HEY!'
    """
    größe = text.upper()
    ª = "!"
    return größe + ª
