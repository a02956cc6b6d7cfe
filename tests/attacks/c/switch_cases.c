// language: c
// problem: io/total
// idea: compiler bombs: a switch over very many cases, by ranges that overlap none
// verdict: wrong_answer

#include <stdio.h>

int main(void) {
  int number;
  scanf("%d", &number);
  switch (number) {
  case 0 ... 1000000000:
    return 0;
  case -2000000000 ... - 1:
    puts("below");
  }
}
