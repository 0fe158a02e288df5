package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/generated"
	"github.com/seed-38c23bad/slackadmin/generated/client"
)

const (
	token = "xoxp-benchmark"

	// userAgent is as long as package api's.
	userAgent = "slackadmin/devel (+https://github.com/seed-38c23bad/slackadmin)"
)

// newHTTPClient is the same for all, so that what differs is what is measured.
func newHTTPClient() *http.Client {
	return &http.Client{
		Transport: &http.Transport{MaxIdleConns: 128, MaxIdleConnsPerHost: 128, IdleConnTimeout: 90 * time.Second},
		Timeout:   30 * time.Second,
	}
}

// newContenders returns code by hand first.
func newContenders(base string) ([]contender, error) {
	fromAPI, err := newAPI(base)
	if err != nil {
		return nil, err
	}
	stock, err := newStock(base)
	if err != nil {
		return nil, err
	}
	bare, err := newBare(base)
	if err != nil {
		return nil, err
	}
	again := newHand(base)
	again.name = "by hand, again: the noise"
	return []contender{newHand(base), again, newTight(base), bare, fromAPI, stock, newSlackGo(base), newHandLogins(base)}, nil
}

type device struct {
	DeviceHardware     string `json:"device_hardware"`
	OS                 string `json:"os"`
	OSVersion          string `json:"os_version"`
	SlackClientVersion string `json:"slack_client_version"`
	IP                 string `json:"ip"`
}

type handAnswer struct {
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

// newHand is what one would write by hand with net/http and encoding/json.
func newHand(base string) contender {
	hc := newHTTPClient()
	call := func(ctx context.Context, method string, args any) (*handAnswer, error) {
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
		req.Header.Set("User-Agent", userAgent)
		resp, err := hc.Do(req)
		if err != nil {
			return nil, err
		}
		defer resp.Body.Close()
		data, err := io.ReadAll(resp.Body)
		if err != nil {
			return nil, err
		}
		var answer handAnswer
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
		name: "by hand: net/http, encoding/json",
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
	stock, err := client.NewClientWithResponses(base, client.WithHTTPClient(newHTTPClient()),
		client.WithRequestEditorFn(func(_ context.Context, req *http.Request) error {
			req.Header.Set("Authorization", "Bearer "+token)
			return nil
		}))
	if err != nil {
		return contender{}, err
	}
	list := func(ctx context.Context, cursor string) (*generated.AdminUsersSessionListResponse, error) {
		answer, err := stock.AdminUsersSessionListWithResponse(ctx, generated.AdminUsersSessionListRequest{Limit: 1000, Cursor: cursor})
		if err != nil {
			return nil, err
		}
		if answer.JSON200 == nil || !answer.JSON200.OK {
			return nil, fmt.Errorf("status %s", answer.Status())
		}
		return answer.JSON200, nil
	}
	return contender{
		name: "generated/client: ClientWithResponses",
		reset: func(ctx context.Context) error {
			answer, err := stock.AdminUsersSessionResetWithResponse(ctx, generated.AdminUsersSessionResetRequest{UserID: "W12345678"})
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

// newHandLogins is code by hand for the pages that slack-go reads.
func newHandLogins(base string) contender {
	hc := newHTTPClient()
	list := func(ctx context.Context, cursor string) (count int, next string, err error) {
		form := url.Values{"limit": {"1000"}}
		if cursor != "" {
			form.Set("cursor", cursor)
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/team.accessLogs", strings.NewReader(form.Encode()))
		if err != nil {
			return 0, "", err
		}
		req.Header.Set("Authorization", "Bearer "+token)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		resp, err := hc.Do(req)
		if err != nil {
			return 0, "", err
		}
		defer resp.Body.Close()
		data, err := io.ReadAll(resp.Body)
		if err != nil {
			return 0, "", err
		}
		var answer struct {
			OK               bool          `json:"ok"`
			Logins           []slack.Login `json:"logins"`
			ResponseMetadata struct {
				NextCursor string `json:"next_cursor"`
			} `json:"response_metadata"`
		}
		if err := json.Unmarshal(data, &answer); err != nil || !answer.OK {
			return 0, "", fmt.Errorf("not ok: %w", err)
		}
		return len(answer.Logins), answer.ResponseMetadata.NextCursor, nil
	}
	return contender{
		name: "by hand: accessLogs",
		page: func(ctx context.Context) (int, error) {
			count, _, err := list(ctx, "")
			return count, err
		},
		iterate: func(ctx context.Context) (count int, err error) {
			for cursor := ""; ; {
				n, next, err := list(ctx, cursor)
				if count += n; err != nil || next == "" {
					return count, err
				}
				cursor = next
			}
		},
	}
}

// newTight is code by hand with all that can be made once made once.
func newTight(base string) contender {
	hc := newHTTPClient()
	target, err := url.Parse(base + "/admin.users.session.reset")
	if err != nil {
		panic(err) // the server's own address
	}
	header := http.Header{"Authorization": {"Bearer " + token}, "Content-Type": {"application/json; charset=utf-8"}, "User-Agent": {userAgent}}
	return contender{
		name: "by hand, as tight as can be",
		reset: func(ctx context.Context) error {
			body := []byte(`{"user_id":"W12345678"}`)
			req := (&http.Request{
				Method: http.MethodPost, URL: target, Host: target.Host, Header: header,
				Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
			}).WithContext(ctx)
			resp, err := hc.Do(req)
			if err != nil {
				return err
			}
			defer resp.Body.Close()
			var answer struct {
				OK bool `json:"ok"`
			}
			data := make([]byte, resp.ContentLength)
			if _, err := io.ReadFull(resp.Body, data); err != nil {
				return err
			}
			if err := json.Unmarshal(data, &answer); err != nil || !answer.OK {
				return errors.New("not ok")
			}
			return nil
		},
	}
}

// newBare writes the same bytes to a bare connection, to show what the network
// takes.
func newBare(base string) (contender, error) {
	target, err := url.Parse(base)
	if err != nil {
		return contender{}, err
	}
	conn, err := net.Dial("tcp", target.Host)
	if err != nil {
		return contender{}, err
	}
	request := []byte("POST " + target.Path + "/admin.users.session.reset HTTP/1.1\r\nHost: " + target.Host + "\r\nUser-Agent: " + userAgent + "\r\nContent-Length: 23\r\n" +
		"Authorization: Bearer " + token + "\r\nContent-Type: application/json; charset=utf-8\r\nAccept-Encoding: gzip\r\n\r\n{\"user_id\":\"W12345678\"}")
	answer := make([]byte, 4096)
	var mu sync.Mutex
	return contender{
		name: "the same bytes, bare",
		reset: func(context.Context) error {
			mu.Lock()
			defer mu.Unlock()
			if _, err := conn.Write(request); err != nil {
				return err
			}
			_, err := conn.Read(answer)
			return err
		},
	}, nil
}
