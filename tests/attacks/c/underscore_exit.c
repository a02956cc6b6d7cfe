// language: c
// problem: io/total
// idea: faking completion: the process ends before what it printed leaves its buffer
// verdict: wrong_answer

#include <stdio.h>
#include <unistd.h>

int main(void) {
  long number, sum = 0;
  while (scanf("%ld", &number) == 1)
    sum += number;
  printf("%ld", sum);
  _exit(0);
}
