package api_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/seed-38c23bad/slackadmin/api"
)

// TestTokenEchoedByTheServer has a server send the token back wherever net/http might
// quote it.
func TestTokenEchoedByTheServer(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]string{
		"status line":       "HTTP/1.1 TOKEN\r\n\r\n",
		"header line":       "HTTP/1.1 200 OK\r\nTOKEN\r\n\r\n",
		"content length":    "HTTP/1.1 200 OK\r\nContent-Length: TOKEN\r\n\r\n",
		"transfer encoding": "HTTP/1.1 200 OK\r\nTransfer-Encoding: TOKEN\r\n\r\n",
		"location":          "HTTP/1.1 307 OK\r\nLocation: :TOKEN\r\nContent-Length: 0\r\n\r\n",
		"other host":        "HTTP/1.1 307 OK\r\nLocation: https://TOKEN/\r\nContent-Length: 0\r\n\r\n",
		"trailer":           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nTOKEN bad\r\n\r\n",
		"request ID":        "HTTP/1.1 200 OK\r\nX-Slack-Req-Id: TOKEN\r\nContent-Length: 11\r\n\r\n{\"ok\":true}",
		"content type":      "HTTP/1.1 200 OK\r\nContent-Type: TOKEN\r\nContent-Length: 1\r\n\r\nx",
		"across the cut":    "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n<html>" + strings.Repeat("x", 500) + "TOKEN" + strings.Repeat("TOKEN", 50),
		"refusal":           "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + `{"ok":false,"error":"TOKEN","needed":"TOKEN","provided":"TOKEN","warning":"TOKEN","response_metadata":{"messages":["TOKEN"],"warnings":["TOKEN"]}}`,
		"escaped":           "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + `{"ok":false,"error":"` + strings.Replace(secret, "x", `\u0078`, 1) + `"}`,
		"JSON":              "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"ok\":true,\"warning\":[\"TOKEN\"]}TOKEN",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base := rawServer(t, strings.ReplaceAll(answer, "TOKEN", secret))
			var log strings.Builder
			c, err := api.New(secret, api.WithBaseURL(base), api.WithMaxAttempts(1),
				api.WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
			if err != nil {
				t.Fatal(err)
			}
			answer, err := reset(c)
			shown := []string{log.String(), fmt.Sprintf("%+v %+v", answer, c)}
			for wrapped := err; wrapped != nil; wrapped = errors.Unwrap(wrapped) {
				shown = append(shown, fmt.Sprintf("%v %+v %#v", wrapped, wrapped, wrapped))
				if asJSON, err := json.Marshal(wrapped); err == nil {
					shown = append(shown, string(asJSON))
				}
			}
			var garbled *api.ResponseError
			if errors.As(err, &garbled) {
				shown = append(shown, string(garbled.Body))
			}
			for _, text := range shown {
				if strings.Contains(text, secret[:12]) { // half a token is one too many
					t.Errorf("it shows the token: %s", text)
				}
			}
			if log.Len() == 0 {
				t.Error("nothing was logged")
			}
		})
	}
}

// TestWhatNetHTTPLogs is the one way out for a token that the package's comment
// names, with what closes it. It is not parallel, because there is one standard logger.
func TestWhatNetHTTPLogs(t *testing.T) {
	for name, test := range map[string]struct {
		opts  []api.Option
		shown bool
	}{
		"by default":         {nil, true},
		"without keep-alive": {[]api.Option{api.WithHTTPClient(&http.Client{Transport: &http.Transport{DisableKeepAlives: true}})}, false},
	} {
		t.Run(name, func(t *testing.T) {
			var logged strings.Builder
			log.SetOutput(&logged)
			defer log.SetOutput(os.Stderr)
			listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = listener.Close() }()
			answered, closed := make(chan bool), make(chan bool)
			go func() {
				defer close(closed)
				conn, err := listener.Accept()
				if err != nil {
					return
				}
				defer func() { _ = conn.Close() }()
				r := bufio.NewReader(conn)
				if req, err := http.ReadRequest(r); err == nil {
					_, _ = io.Copy(io.Discard, req.Body)
				}
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"ok\":true}")
				<-answered
				_, _ = io.WriteString(conn, "Bearer "+secret)
				_, _ = io.Copy(io.Discard, r) // until the client closes, which it does after it has logged
			}()
			c, err := api.New(secret, append(test.opts, api.WithBaseURL("http://"+listener.Addr().String()))...)
			if err != nil {
				t.Fatal(err)
			}
			_, err = reset(c)
			close(answered)
			<-closed
			log.SetOutput(os.Stderr) // waits for whoever writes to logged
			if shown := strings.Contains(logged.String(), secret); err != nil || shown != test.shown {
				t.Errorf("%v; net/http logged %q, want the token: %v", err, &logged, test.shown)
			}
		})
	}
}

// rawServer answers each connection's first request with bytes as they are.
func rawServer(t *testing.T, answer string) (baseURL string) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return // the test is over
			}
			go func() {
				defer func() { _ = conn.Close() }()
				req, err := http.ReadRequest(bufio.NewReader(conn))
				if err != nil {
					return
				}
				_, _ = io.Copy(io.Discard, req.Body)
				_, _ = io.WriteString(conn, answer)
			}()
		}
	}()
	return "http://" + listener.Addr().String()
}

func TestEveryBodyIsClosed(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]string{
		"success":   `{"ok":true}`,
		"refusal":   `{"ok":false,"error":"x"}`,
		"not JSON":  `<html>`,
		"too large": strings.Repeat(" ", 9<<20),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := &closer{Reader: strings.NewReader(answer)}
			c, err := api.New(secret, api.WithHTTPClient(&http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: body}, nil
			})}))
			if err != nil {
				t.Fatal(err)
			}
			_, _ = reset(c) // the outcome is for other tests
			if !body.closed {
				t.Error("the body was not closed")
			}
			if left := body.Len(); name == "too large" && left == 0 {
				t.Error("it was read to its end")
			}
		})
	}
}

type closer struct {
	*strings.Reader
	closed bool
}

func (c *closer) Close() error {
	c.closed = true
	return nil
}
