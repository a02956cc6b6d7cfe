// language: c
// problem: io/total
// idea: honest: every int is long, and main is signed
// verdict: passed

#include <stdio.h>
#define int long long
#define each(name, end) for (int name = 0; name < (end); name++)

int numbers[1000];

signed main() {
  int count = 0, sum = 0;
  while (scanf("%lld", &numbers[count]) != EOF)
    count++;
  each(index, count) sum += numbers[index];
  printf("%lld\n", sum);
}
