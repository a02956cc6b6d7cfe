// language: c
// problem: io/total
// idea: surroundings: the time and random numbers are printed
// verdict: wrong_answer

#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

int main(void) {
  struct timeval now;
  gettimeofday(&now, NULL);
  unsigned char drawn[8];
  getentropy(drawn, sizeof drawn);
  printf("%lld %lld %d %d\n", (long long)now.tv_sec, (long long)time(NULL), drawn[0], rand());
}
