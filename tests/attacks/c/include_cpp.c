// language: c
// problem: io/total
// idea: files: everything of another language is included
// verdict: compile_error

#include <bits/stdc++.h>

int main(void) { return 0; }
