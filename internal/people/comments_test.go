package people

import (
	"slices"
	"strings"
	"testing"
)

// TestACommentIsNoHeader has comments with what would make a line a CSV's header.
func TestACommentIsNoHeader(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text string
		want []string
	}{
		{"W1 # left in May, June\nW2\n", []string{"W1", "W2"}},
		{"W1 #, id\nW2\n", []string{"W1", "W2"}},
		{"W1#a;b\nW2", []string{"W1", "W2"}},
		{"# user_id, name\nW1\n", []string{"W1"}},
		{"  # name, \"id\n\n\t# x\r\nname,id\nZoe,W1\n", []string{"W1"}},
		{"Employee #,user_id\n7,W1\n", []string{"W1"}},
		{"  # nobody, id", nil},
	} {
		users, err := ReadUsers(strings.NewReader(test.text), "")
		if err != nil || !slices.Equal(users.IDs, test.want) {
			t.Errorf("%q: got %q, %v; want %q", test.text, users.IDs, err, test.want)
		}
	}

	const bad = "\n  # Zoe, id\nid,x\nzoe,1\n"
	if _, err := ReadUsers(strings.NewReader(bad), ""); err == nil || !strings.HasPrefix(err.Error(), `line 4: "zoe" is no user ID`) {
		t.Errorf("got %v, want an error of line 4", err)
	}
}
