// language: c
// problem: io/total
// idea: files: a file of the host is imported once
// verdict: compile_error

#import "/etc/passwd"

int main(void) { return 0; }
