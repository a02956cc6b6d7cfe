// language: c
// problem: io/total
// idea: the host's calls: a function that there is not
// verdict: protocol_violation

__attribute__((import_module("rewardsmith"), import_name("passed"))) void passed(void);

int main(void) {
  passed();
  return 0;
}
