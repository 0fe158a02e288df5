package api

import "github.com/seed-38c23bad/slackadmin/generated"

// A File is a file to upload: its name for Slack, and where to read it. A call is
// attempted again only if Content is an [io.Seeker], as an [os.File] is. Without
// Content the argument is left out.
type File = generated.File
