# problem: code/total, values/total
# idea: no program at all: it defines nothing

pass
