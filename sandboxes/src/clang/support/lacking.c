/* Functions that programs call and that the library of the sandbox leaves out. A program may have its
   own. */

#include <stdio.h>

/* Gone from C11, and still in what models have read. */
__attribute__((weak)) char *gets(char *to) {
  char *at = to;
  int c;
  while ((c = getchar()) != EOF && c != '\n')
    *at++ = (char)c;
  if (c == EOF && at == to)
    return 0;
  *at = '\0';
  return to;
}

/* There is no shell, so `system("pause")` at the end of a program does nothing. */
__attribute__((weak)) int system(const char *command) { return command ? -1 : 0; }

/* Programs draw random numbers by it. */
__attribute__((weak)) int getpid(void) { return 42; }
