// language: c
// problem: io/total
// idea: wrong answer: it adds the first two
// verdict: wrong_answer

#include <stdio.h>

int main(void) {
  long first, second;
  scanf("%ld %ld", &first, &second);
  printf("%ld\n", first + second);
}
