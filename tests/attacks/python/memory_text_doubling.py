# language: python
# problem: code/shout
# idea: denial of service: memory by text that doubles
# verdict: out_of_memory
# native: skip

def shout(text):
    while True:
        text += text or "x"
