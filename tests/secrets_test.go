package tests

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/api/slacktest"
)

const secret = "xoxp-shown-to-nobody"

// TestNothingShowsTheToken formats, encodes, logs and takes apart everything
// public that a token went into.
func TestNothingShowsTheToken(t *testing.T) {
	t.Parallel()
	echo := func(_ http.ResponseWriter, r *http.Request) string { return r.Header.Get("Authorization") }
	slack := newSlack(t)
	slack.Script(
		func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, `{"ok":false,"error":%q,"needed":%[1]q,"response_metadata":{"messages":[%[1]q]}}`, echo(w, r))
		},
		func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", echo(w, r))
			fmt.Fprintf(w, "<html>%s", echo(w, r))
		},
		func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://"+strings.TrimPrefix(echo(w, r), "Bearer ")+".example.com/", http.StatusTemporaryRedirect)
		},
		func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, yes) },
	)
	client, err := api.New(secret, api.WithBaseURL(slack.URL), api.WithMaxAttempts(1))
	if err != nil {
		t.Fatal(err)
	}
	values := []any{client, api.WithToken(secret), api.WithMaxAttempts(1)}
	for range 4 {
		answer, err := client.AdminUsersSessionReset(t.Context(), api.AdminUsersSessionResetRequest{UserID: "W1"})
		values = append(values, answer, err)
	}
	_, err = api.New("Bearer " + secret)
	values = append(values, err)
	_, err = api.New(secret, api.WithBaseURL(secret))
	values = append(values, err)

	for i, value := range values {
		for what, text := range shown(value) {
			if strings.Contains(text, secret) || strings.Contains(text, hex.EncodeToString([]byte(secret))) {
				t.Errorf("value %d, %T, shows the token as %s: %s", i, value, what, text)
			}
		}
	}
}

// shown returns what a value shows of itself, by the way of showing it.
func shown(value any) map[string]string {
	texts := map[string]string{}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		texts[verb] = fmt.Sprintf(verb, value)
	}
	if encoded, err := json.Marshal(value); err == nil {
		texts["JSON"] = string(encoded)
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "value", value)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "value", value)
	texts["log"] = log.String()
	var dump strings.Builder
	takeApart(&dump, reflect.ValueOf(value), map[uintptr]bool{})
	texts["dump"] = dump.String()
	if err, ok := value.(error); ok {
		for wrapped := errors.Unwrap(err); wrapped != nil; wrapped = errors.Unwrap(wrapped) {
			texts[fmt.Sprintf("%T", wrapped)] = fmt.Sprintf("%v %+v %#v", wrapped, wrapped, wrapped)
		}
	}
	return texts
}

// takeApart writes every string below a value, exported or not, but for what
// is net/http's own: it has to keep what it sends.
func takeApart(out *strings.Builder, v reflect.Value, seen map[uintptr]bool) {
	if !v.IsValid() || strings.HasPrefix(v.Type().String(), "*http.") || strings.HasPrefix(v.Type().String(), "http.") {
		return
	}
	switch v.Kind() {
	case reflect.String:
		out.WriteString(v.String() + "\n")
	case reflect.Pointer:
		if !v.IsNil() && !seen[v.Pointer()] {
			seen[v.Pointer()] = true
			takeApart(out, v.Elem(), seen)
		}
	case reflect.Interface:
		takeApart(out, v.Elem(), seen)
	case reflect.Struct:
		for i := range v.NumField() {
			takeApart(out, v.Field(i), seen)
		}
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			for i := range v.Len() {
				fmt.Fprintf(out, "%c", v.Index(i).Uint())
			}
			return
		}
		for i := range v.Len() {
			takeApart(out, v.Index(i), seen)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			takeApart(out, key, seen)
			takeApart(out, v.MapIndex(key), seen)
		}
	default: // numbers and functions hold no text
	}
}

// TestAProxySeesNoToken puts a proxy between the client and an https server. It
// gets to know the host, and nothing else.
func TestAProxySeesNoToken(t *testing.T) {
	t.Parallel()
	var got string
	server, transport := trustedTLS(t, func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Get("Authorization")
		fmt.Fprint(w, yes)
	})
	var mu sync.Mutex
	var sent bytes.Buffer
	proxy, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = proxy.Close() })
	go func() {
		for {
			client, err := proxy.Accept()
			if err != nil {
				return // the test is over
			}
			go tunnel(client, server.Listener.Addr().String(), func(p []byte) {
				mu.Lock()
				defer mu.Unlock()
				sent.Write(p)
			})
		}
	}()

	transport.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: proxy.Addr().String()})
	client, err := api.New(secret, api.WithHTTPClient(&http.Client{Transport: transport}), api.WithBaseURL(server.URL))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.AdminUsersSessionReset(t.Context(), api.AdminUsersSessionResetRequest{UserID: slacktest.Member}); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	if got != "Bearer "+secret || !strings.HasPrefix(sent.String(), "CONNECT ") || strings.Contains(sent.String(), secret) {
		t.Errorf("the server got %q, the proxy %d bytes: %.100q", got, sent.Len(), &sent)
	}
}

func tunnel(client net.Conn, to string, note func([]byte)) {
	defer func() { _ = client.Close() }()
	head := make([]byte, 4096)
	n, err := client.Read(head)
	if err != nil {
		return
	}
	note(head[:n])
	server, err := new(net.Dialer).Dial("tcp", to)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	_, _ = io.WriteString(client, "HTTP/1.1 200 OK\r\n\r\n")
	go func() {
		_, _ = io.Copy(client, server)
		_ = client.Close()
	}()
	_, _ = io.Copy(io.MultiWriter(server, noteWriter(note)), client)
}

type noteWriter func([]byte)

func (w noteWriter) Write(p []byte) (int, error) {
	w(p)
	return len(p), nil
}
