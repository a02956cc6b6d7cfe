// language: c
// problem: io/total
// idea: own syntax: keywords mean other things
// verdict: wrong_answer

#include <stdio.h>
#define if(x) while (0)
#define return
#define scanf(...) 0

int main(void) {
  if (scanf("%d") == 0)
    puts("never");
  return 0;
}
