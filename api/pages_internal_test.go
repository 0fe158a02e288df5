package api

import "testing"

func TestTurn(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		page, pages, asked int
		want               string
	}{
		{0, 0, 2, ""}, {0, 1, 2, ""}, {0, 2, 2, "2"}, {1, 2, 2, "2"}, {2, 2, 3, ""}, {2, 3, 3, "3"}, {9, 12, 10, "10"}, {-5, 2, 2, "2"},
	} {
		page := test.page
		if got, err := turn(&page, test.pages); err != nil || got != test.want || page != test.asked {
			t.Errorf("page %d of %d: got %q and page %d, %v; want %q", test.page, test.pages, got, page, err, test.want)
		}
	}
}

func TestTurnDigits(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ page, asked, want, err string }{
		{"", "2", "2", ""},
		{"0", "2", "2", ""},
		{"1", "2", "2", ""},
		{"2", "3", "3", ""},
		{"3", "4", "", ""},
		{"last", "last", "", `page is "last", after which there is no next one; want digits`},
	} {
		page, message := test.page, ""
		got, err := turnDigits(&page, 3)
		if err != nil {
			message = err.Error()
		}
		if got != test.want || page != test.asked || message != test.err {
			t.Errorf("page %q of 3: got %q and page %q, %v; want %+v", test.page, got, page, err, test)
		}
	}
}
