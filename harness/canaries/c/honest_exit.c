// problem: io/total
// idea: honest: it ends the process where it is done

#include <stdio.h>
#include <stdlib.h>

int main(int count, char **words) {
  long number, sum = 0;
  while (scanf("%ld", &number) == 1)
    sum += number;
  printf("%ld\n", sum);
  exit(EXIT_SUCCESS);
}
