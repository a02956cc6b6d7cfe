// language: c
// problem: io/total
// idea: honest: types and functions that nobody declared
// verdict: passed

static turns;

main() {
  long long number, *sum = malloc(sizeof(long long));
  *sum = 0;
  while (scanf("%lld", &number) == 1) {
    *sum += number;
    turns = count(turns);
  }
  printf("%lld\n", turns > 0 ? *sum : 0);
}

count(before) { return abs(before) + 1; }
