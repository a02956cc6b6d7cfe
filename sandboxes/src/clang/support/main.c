/* `main` with three parameters. What starts a program calls it by this name where it has two; the
   third is the environment, and there is none. */

int main_of_three(int, char **, char **) __asm__("main");

int __main_argc_argv(int count, char **words) {
  char *nothing[] = {0};
  return main_of_three(count, words, nothing);
}
