// language: c
// problem: io/total
// idea: honest: names pasted together, tables of macros, digraphs, expressions of statements
// verdict: passed

%:include <stdio.h>
#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define TEXT(it) #it
#define STEPS(X) X(read) X(add) X(show)
#define larger(a, b) ({ typeof(a) a_ = (a); typeof(b) b_ = (b); a_ > b_ ? a_ : b_; })
#define print(...) printf(__VA_ARGS__)

#define DECLARE(name) JOIN(step_, name),
enum step <% STEPS(DECLARE) step_count %>;
#undef DECLARE
#define NAME(name) TEXT(name),
static const char *const names<:step_count:> = <% STEPS(NAME) %>;

int main(void) <%
  long JOIN(num, ber), sum = 0;
  for (; scanf("%ld", &number) == 1;)
    sum += larger(number, number - 1);
  if (names<:step_show:>[0] == 's')
    print("%ld" "\n", sum);
  return 0;
%>
