package main

import (
	"reflect"
	"testing"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/internal/signout"
)

func TestFilterFlags(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args     []string
		want     *signout.Filter
		forSlack bool // Slack answers the question itself
	}{
		{nil, nil, false},
		{[]string{"--device", "created"}, nil, false},
		{[]string{"--user", "W1"}, &signout.Filter{Users: []string{"W1"}}, false},
		{[]string{"--user", "W1", "--team", "T1"}, &signout.Filter{Users: []string{"W1"}, Teams: []string{"T1"}}, true},
		{[]string{"--user", "W1", "--team", "T1", "--os", "iOS"}, &signout.Filter{Users: []string{"W1"}, Teams: []string{"T1"}, OS: []string{"iOS"}}, false},
		{[]string{"--user", "W1", "--user", "W2", "--team", "T1"}, &signout.Filter{Users: []string{"W1", "W2"}, Teams: []string{"T1"}}, false},
		{[]string{"--os", "iOS", "--device", "either"}, &signout.Filter{OS: []string{"iOS"}, Device: signout.Either}, false},
		{[]string{"--hardware", "iPhone", "--device", "created"}, &signout.Filter{Hardware: []string{"iPhone"}, Device: signout.Created}, false},
		{[]string{"--client", "4.36", "--client-below", "4.40", "--device", "recent"}, &signout.Filter{Clients: []string{"4.36"}, ClientBelow: "4.40", Device: signout.Recent}, false},
	} {
		filter := &filterFlags{}
		var got *signout.Filter
		cmd := &cobra.Command{SilenceUsage: true, RunE: func(cmd *cobra.Command, _ []string) (err error) {
			got, err = filter.parse(cmd)
			return err
		}}
		filter.flags(cmd)
		cmd.SetArgs(append([]string{}, test.args...))
		if err := cmd.Execute(); err != nil {
			t.Errorf("%q: %v", test.args, err)
			continue
		}
		if _, _, forSlack := filter.forSlack(); !reflect.DeepEqual(got, test.want) || forSlack != test.forSlack {
			t.Errorf("%q: got %+v, for Slack %v; want %+v, %v", test.args, got, forSlack, test.want, test.forSlack)
		}
	}
}
