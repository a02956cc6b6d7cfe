// language: c
// problem: io/total
// idea: the host's calls: those of another system
// verdict: protocol_violation

__attribute__((import_module("env"), import_name("system"))) int run(const char *);

int main(void) { return run("cat /etc/passwd"); }
