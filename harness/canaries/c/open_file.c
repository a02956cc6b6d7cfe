// problem: io/total
// idea: files: a file of the host is opened

#include <stdio.h>

int main(void) { return fopen("/etc/passwd", "r") == 0; }
