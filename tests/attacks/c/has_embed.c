// language: c
// problem: io/total
// idea: files: whether a file of the host could be embedded
// verdict: wrong_answer

#include <stdio.h>

int main(void) {
#if __has_embed("/etc/passwd") || __has_embed("/etc/hostname") || __has_embed("/proc/self/maps")
#error there are files of the host
#endif
  puts("none");
}
