// problem: io/total
// idea: files: a file of the host is included

#include "/etc/passwd"

int main(void) { return 0; }
