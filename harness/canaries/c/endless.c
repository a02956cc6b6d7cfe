// problem: io/total
// idea: limits: a loop without an end

int main(void) {
  for (volatile int turn = 0;; turn++)
    ;
}
