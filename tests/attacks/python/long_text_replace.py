# language: python
# problem: code/shout
# idea: denial of service: one long call in C, copies of large texts
# verdict: out_of_fuel

def shout(text):
    large = "ab" * 10_000_000
    while True:
        large = large.replace("a", "b").replace("b", "a")
