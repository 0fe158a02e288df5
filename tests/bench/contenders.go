package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/slack-go/slack"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/generated"
)

const token = "xoxp-benchmark"

// newHTTPClient is the same for all, so that what differs is what is measured.
func newHTTPClient() *http.Client {
	return &http.Client{
		Transport: &http.Transport{MaxIdleConns: 128, MaxIdleConnsPerHost: 128, IdleConnTimeout: 90 * time.Second},
		Timeout:   30 * time.Second,
	}
}

// newContenders returns the floor first.
func newContenders(base string) ([]contender, error) {
	fromAPI, err := newAPI(base)
	if err != nil {
		return nil, err
	}
	stock, err := newStock(base)
	if err != nil {
		return nil, err
	}
	return []contender{newFloor(base), fromAPI, stock, newSlackGo(base)}, nil
}

type device struct {
	DeviceHardware     string `json:"device_hardware"`
	OS                 string `json:"os"`
	OSVersion          string `json:"os_version"`
	SlackClientVersion string `json:"slack_client_version"`
	IP                 string `json:"ip"`
}

type floorAnswer struct {
	OK             bool   `json:"ok"`
	Error          string `json:"error"`
	ActiveSessions []struct {
		UserID    string `json:"user_id"`
		TeamID    string `json:"team_id"`
		SessionID int64  `json:"session_id"`
		Created   device `json:"created"`
		Recent    device `json:"recent"`
	} `json:"active_sessions"`
	ResponseMetadata struct {
		NextCursor string `json:"next_cursor"`
	} `json:"response_metadata"`
}

// newFloor is what one would write by hand with net/http and encoding/json.
func newFloor(base string) contender {
	hc := newHTTPClient()
	call := func(ctx context.Context, method string, args any) (*floorAnswer, error) {
		body, err := json.Marshal(args)
		if err != nil {
			return nil, err
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/"+method, bytes.NewReader(body))
		if err != nil {
			return nil, err
		}
		req.Header.Set("Authorization", "Bearer "+token)
		req.Header.Set("Content-Type", "application/json; charset=utf-8")
		req.Header.Set("User-Agent", "floor/1.0")
		resp, err := hc.Do(req)
		if err != nil {
			return nil, err
		}
		defer resp.Body.Close()
		data, err := io.ReadAll(resp.Body)
		if err != nil {
			return nil, err
		}
		var answer floorAnswer
		if err := json.Unmarshal(data, &answer); err != nil {
			return nil, err
		}
		if !answer.OK {
			return nil, errors.New(answer.Error)
		}
		return &answer, nil
	}
	type resetArgs struct {
		UserID string `json:"user_id"`
	}
	type listArgs struct {
		Limit  int    `json:"limit,omitempty"`
		Cursor string `json:"cursor,omitempty"`
	}
	return contender{
		name: "floor: net/http, encoding/json",
		reset: func(ctx context.Context) error {
			_, err := call(ctx, "admin.users.session.reset", resetArgs{"W12345678"})
			return err
		},
		page: func(ctx context.Context) (int, error) {
			answer, err := call(ctx, "admin.users.session.list", listArgs{Limit: 1000})
			if err != nil {
				return 0, err
			}
			return len(answer.ActiveSessions), nil
		},
		iterate: func(ctx context.Context) (count int, err error) {
			args := listArgs{Limit: 1000}
			for {
				answer, err := call(ctx, "admin.users.session.list", args)
				if err != nil {
					return count, err
				}
				for _, session := range answer.ActiveSessions {
					if session.SessionID != 0 {
						count++
					}
				}
				if args.Cursor = answer.ResponseMetadata.NextCursor; args.Cursor == "" {
					return count, nil
				}
			}
		},
	}
}

func newAPI(base string) (contender, error) {
	client, err := api.New(token, api.WithBaseURL(base), api.WithHTTPClient(newHTTPClient()))
	if err != nil {
		return contender{}, err
	}
	return contender{
		name: "api",
		reset: func(ctx context.Context) error {
			_, err := client.AdminUsersSessionReset(ctx, api.AdminUsersSessionResetRequest{UserID: "W12345678"})
			return err
		},
		page: func(ctx context.Context) (int, error) {
			answer, err := client.AdminUsersSessionList(ctx, api.AdminUsersSessionListRequest{Limit: 1000})
			if err != nil {
				return 0, err
			}
			return len(answer.ActiveSessions), nil
		},
		iterate: func(ctx context.Context) (count int, err error) {
			for session, err := range client.AdminUsersSessionListAll(ctx, api.AdminUsersSessionListRequest{Limit: 1000}) {
				if err != nil {
					return count, err
				}
				if session.SessionID != 0 {
					count++
				}
			}
			return count, nil
		},
	}, nil
}

func newStock(base string) (contender, error) {
	client, err := generated.NewClientWithResponses(base, generated.WithHTTPClient(newHTTPClient()),
		generated.WithRequestEditorFn(func(_ context.Context, req *http.Request) error {
			req.Header.Set("Authorization", "Bearer "+token)
			return nil
		}))
	if err != nil {
		return contender{}, err
	}
	list := func(ctx context.Context, cursor string) (*generated.AdminUsersSessionListResponse, error) {
		answer, err := client.AdminUsersSessionListWithResponse(ctx, generated.AdminUsersSessionListRequest{Limit: 1000, Cursor: cursor})
		if err != nil {
			return nil, err
		}
		if answer.JSON200 == nil || !answer.JSON200.OK {
			return nil, fmt.Errorf("status %s", answer.Status())
		}
		return answer.JSON200, nil
	}
	return contender{
		name: "generated: ClientWithResponses",
		reset: func(ctx context.Context) error {
			answer, err := client.AdminUsersSessionResetWithResponse(ctx, generated.AdminUsersSessionResetRequest{UserID: "W12345678"})
			if err == nil && (answer.JSON200 == nil || !answer.JSON200.OK) {
				return fmt.Errorf("status %s", answer.Status())
			}
			return err
		},
		page: func(ctx context.Context) (int, error) {
			answer, err := list(ctx, "")
			if err != nil {
				return 0, err
			}
			return len(answer.ActiveSessions), nil
		},
		iterate: func(ctx context.Context) (count int, err error) {
			for cursor := ""; ; {
				answer, err := list(ctx, cursor)
				if err != nil {
					return count, err
				}
				for _, session := range answer.ActiveSessions {
					if session.SessionID != 0 {
						count++
					}
				}
				if cursor = answer.ResponseMetadata.NextCursor; cursor == "" {
					return count, nil
				}
			}
		},
	}, nil
}

// newSlackGo calls what is most alike: a form with one argument, and access
// logs, whose pages are about as large.
func newSlackGo(base string) contender {
	client := slack.New(token, slack.OptionAPIURL(base+"/"), slack.OptionHTTPClient(newHTTPClient()))
	return contender{
		name:  "slack-go: setPresence, accessLogs",
		reset: func(ctx context.Context) error { return client.SetUserPresenceContext(ctx, "auto") },
		page: func(ctx context.Context) (int, error) {
			logins, _, err := client.GetAccessLogsContext(ctx, slack.AccessLogParameters{Limit: 1000})
			return len(logins), err
		},
		iterate: func(ctx context.Context) (count int, err error) {
			params := slack.AccessLogParameters{Limit: 1000}
			for {
				logins, cursor, err := client.GetAccessLogsContext(ctx, params)
				if err != nil {
					return count, err
				}
				for _, login := range logins {
					if login.UserID != "" {
						count++
					}
				}
				if params.Cursor = cursor; cursor == "" {
					return count, nil
				}
			}
		},
	}
}
