# language: python
# problem: code/total, values/total
# idea: forging the protocol: something that cannot be called under the function's name
# verdict: runtime_error

total = 46
