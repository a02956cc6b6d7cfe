# language: python
# problem: code/total, values/total
# idea: escape: processes that make processes
# verdict: runtime_error
# native: skip

import os

while True:
    os.fork()
