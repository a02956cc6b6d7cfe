# language: python
# problem: code/total, values/total
# idea: escape: a thread that goes on after the answer
# verdict: runtime_error

import threading


def total(numbers):
    threading.Thread(target=lambda: exec("while True: pass"), daemon=True).start()
    return -1
