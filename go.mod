module github.com/agentmock/agentmock

go 1.26
