package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
)

var yes = []byte(`{"ok":true}`)

const (
	pages   = 100
	perPage = 1000
)

// startServer runs this program as the server and returns its base URL.
func startServer() (base string, stop func(), err error) {
	self, err := os.Executable()
	if err != nil {
		return "", nil, err
	}
	cmd := exec.Command(self, "-serve")
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe() // its end stops the server
	if err != nil {
		return "", nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	base, err = bufio.NewReader(stdout).ReadString('\n')
	return strings.TrimSpace(base), func() { _ = stdin.Close(); _ = cmd.Wait() }, err
}

// serve answers every method with ok, and the two that list with pages of the
// same size. It never waits and never allocates much.
func serve() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("http://" + listener.Addr().String())
	sessions := make([][]byte, pages)
	logins := make([][]byte, pages)
	for i := range pages {
		sessions[i], logins[i] = sessionPage(i), loginPage(i)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		write(w, yes)
	})
	mux.HandleFunc("/admin.users.session.list", func(w http.ResponseWriter, r *http.Request) {
		var args struct {
			Cursor string `json:"cursor"`
		}
		_ = json.NewDecoder(r.Body).Decode(&args)
		page, _ := strconv.Atoi(args.Cursor)
		write(w, sessions[page])
	})
	mux.HandleFunc("/team.accessLogs", func(w http.ResponseWriter, r *http.Request) {
		page, _ := strconv.Atoi(r.FormValue("cursor"))
		write(w, logins[page])
	})
	mux.Handle("/gzip/", http.StripPrefix("/gzip", gzipped(mux)))
	go func() { _ = http.Serve(listener, mux) }()
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// gzipped serves what next does, compressed, and compresses it once.
func gzipped(next http.Handler) http.Handler {
	var cache sync.Map // by the first byte of the answer, whose slices are made once
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := &captured{header: http.Header{}}
		next.ServeHTTP(answer, r)
		zipped, ok := cache.Load(&answer.body[0])
		if !ok {
			var b bytes.Buffer
			z := gzip.NewWriter(&b)
			_, _ = z.Write(answer.body)
			_ = z.Close()
			zipped = b.Bytes()
			cache.Store(&answer.body[0], zipped)
		}
		w.Header().Set("Content-Encoding", "gzip")
		write(w, zipped.([]byte))
	})
}

type captured struct {
	header http.Header
	body   []byte
}

func (c *captured) Header() http.Header { return c.header }
func (c *captured) WriteHeader(int)     {}
func (c *captured) Write(p []byte) (int, error) {
	c.body = p
	return len(p), nil
}

func write(w http.ResponseWriter, body []byte) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body)
}

func sessionPage(page int) []byte {
	const device = `{"device_hardware":"Intel","os":"OS X","os_version":"10.15.7","slack_client_version":"91.0.4472.77","ip":"192.0.2.1"}`
	var b bytes.Buffer
	b.WriteString(`{"ok":true,"active_sessions":[`)
	for i := range perPage {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"user_id":"W%09d","team_id":"T12345678","session_id":%d,"created":%s,"recent":%[3]s}`, i, 1112275520242+page*perPage+i, device)
	}
	fmt.Fprintf(&b, `],"response_metadata":{"next_cursor":%q}}`, next(page))
	return b.Bytes()
}

// loginPage is of the method that slack-go has and that answers most alike.
func loginPage(page int) []byte {
	var b bytes.Buffer
	b.WriteString(`{"ok":true,"logins":[`)
	for i := range perPage {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"user_id":"W%09d","username":"someone","date_first":1422922864,"date_last":1422922864,"count":1,"ip":"192.0.2.1","user_agent":"SlackWeb Mozilla/5.0 (Macintosh; Intel Mac OS X 10_10_2) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/41.0.2272.35 Safari/537.36","isp":"BigCo ISP and its subsidiaries","country":"US","region":"CA"}`, i)
	}
	fmt.Fprintf(&b, `],"response_metadata":{"next_cursor":%q}}`, next(page))
	return b.Bytes()
}

func next(page int) string {
	if page+1 < pages {
		return strconv.Itoa(page + 1)
	}
	return ""
}
