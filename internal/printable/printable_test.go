package printable_test

import (
	"testing"

	"github.com/seed-38c23bad/slackadmin/internal/printable"
)

func TestLine(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, in, want string }{
		{"plain text stands", "Zoë's Mac, Αθήνα", "Zoë's Mac, Αθήνα"},
		{"line breaks", "a\r\nb\u2028c\u0085d", "a  b c d"},
		{"an escape sequence", "\x1b[31mred", "?[31mred"},
		{"C1 control characters", "a\u009b31mb", "a?31mb"},
		{"delete and NUL", "a\x7fb\x00", "a?b?"},
		{"right-to-left override", "user\u202egpj.exe", "user?gpj.exe"},
		{"isolates and zero width", "a\u2066b\u200bc\ufeff", "a?b?c?"},
		{"bytes that are not UTF-8", "a\xffb", "a?b"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := printable.Line(test.in); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
