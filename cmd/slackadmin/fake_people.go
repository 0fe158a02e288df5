package main

import (
	"bytes"
	"encoding/csv"
	"os"
	"slices"

	"github.com/seed-38c23bad/slackadmin/api/slacktest"
	"github.com/seed-38c23bad/slackadmin/internal/methods"
)

// fakeTokens are the values of --token.
var fakeTokens = []string{"admin", "bot", "member", "no-scope"}

// fakeToken returns a token of a kind.
func fakeToken(fake *slacktest.Server, kind string) string {
	switch kind {
	case "bot":
		return fake.AddToken(slacktest.Bot, "users:read", "users:read.email")
	case "member":
		return fake.AddToken(slacktest.Member, everyScope()...)
	case "no-scope":
		return fake.AddToken(slacktest.Admin)
	}
	return fake.Token
}

// everyScope returns the scopes that the methods need.
func everyScope() (scopes []string) {
	for _, m := range methods.All {
		scopes = append(scopes, slices.Concat(m.Scopes...)...)
	}
	slices.Sort(scopes)
	return slices.Compact(scopes)
}

// writePeople writes the addresses and names of users to a CSV file.
func writePeople(path string, users []slacktest.User) error {
	rows := [][]string{{"email", "name"}}
	for _, user := range users {
		rows = append(rows, []string{user.Email, user.Name})
	}
	var text bytes.Buffer
	if err := csv.NewWriter(&text).WriteAll(rows); err != nil {
		return err
	}
	return os.WriteFile(path, text.Bytes(), 0o600)
}
