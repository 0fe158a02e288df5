package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// programs are the least that calls Slack once.
var programs = []struct{ name, source string }{
	{"by hand: net/http, encoding/json", `package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"os"
)

func main() {
	body, err := json.Marshal(map[string]string{"user_id": os.Args[1]})
	if err != nil {
		log.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodPost, "https://slack.com/api/admin.users.session.reset", bytes.NewReader(body))
	if err != nil {
		log.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+os.Getenv("SLACK_TOKEN"))
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		log.Fatal(err)
	}
	var answer struct {
		OK    bool   ` + "`json:\"ok\"`" + `
		Error string ` + "`json:\"error\"`" + `
	}
	if err := json.Unmarshal(data, &answer); err != nil || !answer.OK {
		log.Fatal(err, answer.Error)
	}
}
`},
	{"api", `package main

import (
	"context"
	"log"
	"os"

	"github.com/seed-38c23bad/slackadmin/api"
)

func main() {
	client, err := api.New(os.Getenv("SLACK_TOKEN"))
	if err != nil {
		log.Fatal(err)
	}
	if _, err := client.AdminUsersSessionReset(context.Background(), api.AdminUsersSessionResetRequest{UserID: os.Args[1]}); err != nil {
		log.Fatal(err)
	}
}
`},
	{"generated/client: ClientWithResponses", `package main

import (
	"context"
	"log"
	"net/http"
	"os"

	"github.com/seed-38c23bad/slackadmin/generated"
	"github.com/seed-38c23bad/slackadmin/generated/client"
)

func main() {
	stock, err := client.NewClientWithResponses("https://slack.com/api", client.WithRequestEditorFn(func(_ context.Context, req *http.Request) error {
		req.Header.Set("Authorization", "Bearer "+os.Getenv("SLACK_TOKEN"))
		return nil
	}))
	if err != nil {
		log.Fatal(err)
	}
	answer, err := stock.AdminUsersSessionResetWithResponse(context.Background(), generated.AdminUsersSessionResetRequest{UserID: os.Args[1]})
	if err != nil || answer.JSON200 == nil || !answer.JSON200.OK {
		log.Fatal(err)
	}
}
`},
	{"slack-go", `package main

import (
	"context"
	"log"
	"os"

	"github.com/slack-go/slack"
)

func main() {
	if err := slack.New(os.Getenv("SLACK_TOKEN")).SetUserPresenceContext(context.Background(), os.Args[1]); err != nil {
		log.Fatal(err)
	}
}
`},
}

// reportSizes builds the programs and prints how large they are.
func reportSizes() error {
	dir, err := os.MkdirTemp("", "size")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	fmt.Printf("%-34s %12s %9s\n", "a minimal program", "bytes", "x hand")
	var floor int64
	for i, program := range programs {
		source := filepath.Join(dir, fmt.Sprintf("main%d.go", i))
		if err := os.WriteFile(source, []byte(program.source), 0o644); err != nil {
			return err
		}
		binary := filepath.Join(dir, "program")
		if out, err := exec.Command("go", "build", "-trimpath", "-o", binary, source).CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", program.name, err, out)
		}
		info, err := os.Stat(binary)
		if err != nil {
			return err
		}
		if i == 0 {
			floor = info.Size()
		}
		fmt.Printf("  %-32s %12d %9.3f\n", program.name, info.Size(), float64(info.Size())/float64(floor))
	}
	return nil
}
