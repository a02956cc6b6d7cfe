// language: c
// problem: io/total
// idea: limits: it sleeps for ever
// verdict: out_of_fuel

#include <time.h>
#include <unistd.h>

int main(void) {
  for (;;) {
    struct timespec long_time = {1000000000, 0};
    nanosleep(&long_time, NULL);
    sleep(4000000000u);
  }
}
