package main

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api/signout"
)

func TestFilterFlags(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args         []string
		want         *signout.Filter
		serverFilter bool // Slack answers the question itself
	}{
		{nil, nil, false},
		{[]string{"--user", "W1"}, &signout.Filter{Users: []string{"W1"}}, false},
		{[]string{"--user", "W1", "--team", "T1"}, &signout.Filter{Users: []string{"W1"}, Teams: []string{"T1"}}, true},
		{[]string{"--user", "W1", "--team", "T1", "--os", "iOS"}, &signout.Filter{Users: []string{"W1"}, Teams: []string{"T1"}, OS: []string{"iOS"}}, false},
		{[]string{"--user", "W1", "--user", "W2", "--team", "T1"}, &signout.Filter{Users: []string{"W1", "W2"}, Teams: []string{"T1"}}, false},
		{[]string{"--os", "iOS", "--device", "either"}, &signout.Filter{OS: []string{"iOS"}, Device: signout.DeviceEither}, false},
		{[]string{"--hardware", "iPhone", "--device", "created"}, &signout.Filter{Hardware: []string{"iPhone"}, Device: signout.DeviceCreated}, false},
		{[]string{"--client", "4.36", "--client-below", "4.40", "--device", "recent"}, &signout.Filter{Clients: []string{"4.36"}, ClientBelow: "4.40", Device: signout.DeviceRecent}, false},
	} {
		flags, got, err := parseFilter(test.args)
		if err != nil {
			t.Errorf("%q: %v", test.args, err)
			continue
		}
		if _, _, serverFilter := flags.serverFilter(); !reflect.DeepEqual(got, test.want) || serverFilter != test.serverFilter {
			t.Errorf("%q: got %+v, for Slack %v; want %+v, %v", test.args, got, serverFilter, test.want, test.serverFilter)
		}
	}
}

// TestFilterFlagsForSlack has Slack asked for nothing that it cannot answer.
func TestFilterFlagsForSlack(t *testing.T) {
	t.Parallel()
	for _, flag := range []string{"--ip=192.0.2.1", "--not-ip=192.0.2.0/24", "--os=iOS", "--hardware=iPhone", "--client=4.36", "--client-below=4.40", "--team=T2", "--user=W2"} {
		flags, _, err := parseFilter([]string{"--user=W1", "--team=T1", flag})
		if _, _, ok := flags.serverFilter(); err != nil || ok {
			t.Errorf("%s: for Slack %v, %v", flag, ok, err)
		}
	}
}

// TestEachFilterFlag is a filter by itself, and never none, which would mean
// everybody.
func TestEachFilterFlag(t *testing.T) {
	t.Parallel()
	for _, flag := range []string{"--user=W1", "--team=T1", "--ip=192.0.2.1", "--not-ip=192.0.2.0/24", "--os=iOS", "--hardware=iPhone", "--client=4.36", "--client-below=4.40"} {
		if _, filter, err := parseFilter([]string{flag}); filter == nil || err != nil {
			t.Errorf("%s: no filter, %v", flag, err)
		}
	}
}

func TestFilterFlagsThatAreWrong(t *testing.T) {
	t.Parallel()
	for flag, want := range map[string]string{
		"--user=alice":         `--user: "alice" is not a user ID; want one such as W12345678 or U12345678`,
		"--team=W1":            `--team: "W1" is not a workspace ID; want one such as T12345678, or the organization's, such as E12345678`,
		"--ip=192.0.2":         `--ip: "192.0.2" is not an address block; want one such as 203.0.113.0/24 or 2001:db8::/32`,
		"--not-ip=192.0.2.0/a": `--not-ip: "192.0.2.0/a" is not an address block; want one such as 203.0.113.0/24 or 2001:db8::/32`,
		"--os=":                "--os is empty",
		"--client=":            "--client is empty",
		"--hardware=":          "--hardware is empty",
		"--client-below=":      "--client-below is empty",
		"--device=both":        `--device is "both"; want created, recent or either`,
		"--device=created":     "--device goes with a filter by device, such as --ip",
	} {
		if _, _, err := parseFilter([]string{flag}); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", flag, err, want)
		}
	}
}

// TestListsOfValues have commas between them, or are lines of a file.
func TestListsOfValues(t *testing.T) {
	t.Parallel()
	file, empty := filepath.Join(t.TempDir(), "file"), filepath.Join(t.TempDir(), "empty")
	if err := errors.Join(os.WriteFile(file, []byte("\ufeffiOS # phones\r\n\nAndroid, OS X\n"), 0o600), os.WriteFile(empty, []byte("# none\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	_, err := os.Stat(file + "x")
	noFile := errors.Unwrap(err).Error() // in the system's words
	for _, test := range []struct {
		flags []string
		want  []string
		err   string
	}{
		{[]string{"--os", "iOS, OS X"}, []string{"iOS", "OS X"}, ""},
		{[]string{"--os", "Windows", "--os", "@" + file}, []string{"Windows", "iOS", "Android", "OS X"}, ""},
		{[]string{"--os", "iOS,"}, nil, "--os is empty"},
		{[]string{"--os", "@" + empty}, nil, "has no value"},
		{[]string{"--os", "@" + file + "x"}, nil, noFile},
		{[]string{"--user", "W1,zoe"}, nil, `"zoe" is not a user ID`},
	} {
		_, filter, err := parseFilter(test.flags)
		switch {
		case test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)):
			t.Errorf("%q: got %v, want %q", test.flags, err, test.err)
		case test.err == "" && (err != nil || !slices.Equal(filter.OS, test.want)):
			t.Errorf("%q: got %+v, %v; want %q", test.flags, filter, err, test.want)
		}
	}
	if _, filter, err := parseFilter([]string{"--ip", "192.0.2.1,198.51.100.0/24", "--not-ip", "203.0.113.1,203.0.113.2", "--client", "4.1,4.2", "--user", "W1,W2"}); err != nil || len(filter.IPs)+len(filter.NotIPs)+len(filter.Clients)+len(filter.Users) != 8 {
		t.Errorf("got %+v, %v", filter, err)
	}
}

func TestParseBlock(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"203.0.113.7": "203.0.113.7/32", "203.0.113.7/24": "203.0.113.0/24", "::ffff:203.0.113.7": "203.0.113.7/32", "2001:db8::1": "2001:db8::1/128",
		"": "", "office": "", "203.0.113.0/33": "", "203.0.113": "", "fe80::1%eth0": "", "::ffff:10.0.0.0/104": "",
	} {
		if block, err := parseBlock(text); (err == nil) != (want != "") || err == nil && block.String() != want {
			t.Errorf("%q: got %v, %v; want %q", text, block, err, want)
		}
	}
}

// parseFilter parses flags as a command does.
func parseFilter(args []string) (flags *filterFlags, filter *signout.Filter, err error) {
	flags = &filterFlags{}
	cmd := &cobra.Command{SilenceUsage: true, SilenceErrors: true, RunE: func(cmd *cobra.Command, _ []string) (err error) {
		filter, err = flags.parse(cmd)
		return err
	}}
	flags.flags(cmd)
	cmd.SetArgs(append([]string{}, args...))
	err = cmd.Execute()
	return flags, filter, err
}
