# problem: code/total, values/total
# idea: denial of service: a source that nests beyond all bounds

exec("total = " + "[" * 100_000 + "]" * 100_000)
