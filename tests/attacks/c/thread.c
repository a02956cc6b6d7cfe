// language: c
// problem: io/total
// idea: surroundings: a thread prints while main ends
// verdict: wrong_answer

#include <pthread.h>
#include <stdio.h>

static void *say(void *nothing) { return (void *)(long)puts("46"); }

int main(void) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, say, NULL) == 0)
    pthread_join(thread, NULL);
}
