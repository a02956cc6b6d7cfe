// language: c
// problem: io/total
// idea: the host's calls: it says that it was asked wrongly
// verdict: protocol_violation

__attribute__((import_module("rewardsmith"), import_name("refuse"))) void refuse(void);

int main(void) {
  refuse();
  return 0;
}
