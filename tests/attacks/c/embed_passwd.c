// language: c
// problem: io/total
// idea: files: a file of the host is embedded
// verdict: compile_error

#include <stdio.h>

const char secret[] = {
#embed "/etc/passwd" limit(1000) if_empty(0)
};

int main(void) { puts(secret); }
