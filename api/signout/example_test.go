package signout_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/signout"
	"github.com/seed-38c23bad/slackadmin/api/slacktest"
)

// A service signs out 2,500 people, of whom Slack refuses three.
func ExampleReset() {
	slack, leavers := organization(2497)
	slack.Script(nil, nil, nil, slacktest.RateLimit(time.Second)) // the fourth answer is a 429
	leavers = append(leavers, slacktest.PrimaryOwner, slacktest.Bot, "W9999999999")

	ctx := context.Background()
	client, err := api.New(slack.Token, api.WithBaseURL(slack.URL))
	if err != nil {
		log.Fatal(err)
	}
	result, err := signout.Reset(ctx, client, leavers)
	if err != nil {
		log.Print(err) // the result says how far it came
	}
	fmt.Println(len(result.Done), "done,", len(result.Unknown), "unknown,", len(result.Left), "left")
	for _, id := range slices.Sorted(maps.Keys(result.Refused)) {
		fmt.Println(id, result.Refused[id])
	}
	slack.Close()
	// Output:
	// 2497 done, 0 unknown, 0 left
	// W0000000001 cannot_reset_primary_owner
	// W0000000005 cannot_reset_bot
	// W9999999999 user_not_found
}

// organization returns a fake Slack with so many people to sign out.
func organization(people int) (slack *slacktest.Server, leavers []string) {
	slack = slacktest.NewServer()
	for range people {
		user := slack.AddUser(slacktest.User{})
		slack.AddSession(slacktest.Session{UserID: user.ID})
		leavers = append(leavers, user.ID)
	}
	return slack, leavers
}

// A job that others review, that survives a crash, and that can be shown later.
func Example() {
	slack, leavers := organization(300)
	ctx := context.Background()
	client, err := api.New(slack.Token, api.WithBaseURL(slack.URL))
	if err != nil {
		log.Fatal(err)
	}
	path := filepath.Join(os.TempDir(), fmt.Sprintf("leavers-%d.jsonl", os.Getpid()))

	// Who is signed out?
	plan, err := signout.Make(ctx, client, signout.Request{Users: leavers, Reason: "ticket 7"})
	if err != nil {
		log.Fatal(err)
	}
	if err := plan.Write(path); err != nil {
		log.Fatal(err)
	}
	fmt.Println(plan.Users, "users with", plan.Sessions, "sessions")

	// Later, perhaps in another process, after a review.
	if plan, err = signout.ReadPlan(path); err != nil {
		log.Fatal(err)
	}
	sums, err := signout.Apply(ctx, client, plan, signout.ApplyOptions{Max: 1000})
	if errors.Is(err, signout.ErrInterrupted) {
		log.Print("apply the plan again to go on")
	}
	fmt.Println("done:", sums.Done, "complete:", sums.Complete())

	// Are they gone?
	report, err := signout.Verify(ctx, client, plan, signout.VerifyOptions{Wait: time.Minute})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("gone:", report.Counts[signout.Gone], "not settled:", report.Unsettled())
	_ = os.Remove(path)
	slack.Close()
	// Output:
	// 300 users with 300 sessions
	// done: 300 complete: true
	// gone: 300 not settled: 0
}

// Slack works off bulk resets in the background, for some minutes. Verify can wait
// until nobody is left.
func ExampleVerify() {
	slack := slacktest.NewServer(slacktest.WithBulkDelay(time.Second))
	ctx := context.Background()
	client, err := api.New(slack.Token, api.WithBaseURL(slack.URL))
	if err != nil {
		log.Fatal(err)
	}
	plan, err := signout.Make(ctx, client, signout.Request{Users: []string{slacktest.Member, slacktest.OtherMember}})
	if err != nil {
		log.Fatal(err)
	}
	path := filepath.Join(os.TempDir(), fmt.Sprintf("members-%d.jsonl", os.Getpid()))
	if err := plan.Write(path); err != nil {
		log.Fatal(err)
	}
	if _, err := signout.Apply(ctx, client, plan, signout.ApplyOptions{}); err != nil {
		log.Fatal(err)
	}
	report, err := signout.Verify(ctx, client, plan, signout.VerifyOptions{
		Wait: time.Minute,
		Scanned: func(r *signout.Report) {
			if r.Open() == 0 {
				fmt.Println("nobody is still there")
			} // else Verify scans again
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, row := range report.Rows {
		fmt.Println(row.Row.UserID, row.Status)
	}
	_ = os.Remove(path)
	slack.Close()
	// Output:
	// nobody is still there
	// W0000000003 gone
	// W0000000004 gone
}
