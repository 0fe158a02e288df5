package runtime_test

import (
	"testing"

	"github.com/seed-38c23bad/slackadmin/internal/runtime"
)

func TestJSONMerge(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ data, patch, want string }{
		{``, `{"a":1}`, `{"a":1}`},
		{`{"a":1}`, `{"b":2}`, `{"a":1,"b":2}`},
		{`{"a":9007199254740993,"b":1}`, `{"b":2}`, `{"a":9007199254740993,"b":2}`},
		{`{"a":{"b":1,"c":2}}`, `{"a":{"c":3}}`, `{"a":{"b":1,"c":3}}`},
		{`{"a":[1,2]}`, `{"a":[3]}`, `{"a":[3]}`},
		{`null`, `{"a":1}`, `{"a":1}`},
		{`{"a":1}`, `null`, `null`},
		{`"text"`, `{"a":1}`, `{"a":1}`},
		{`{"a":1}`, `"text"`, `"text"`},
	} {
		got, err := runtime.JSONMerge([]byte(test.data), []byte(test.patch))
		if string(got) != test.want || err != nil {
			t.Errorf("%s on %s: got %s, %v; want %s", test.patch, test.data, got, err, test.want)
		}
	}
}
