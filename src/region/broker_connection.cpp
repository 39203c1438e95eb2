// SPDX-License-Identifier: MIT
#include "region/broker_connection.h"

#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "base/linux/unix_socket.h"
#include "region/peer_access.h"
#include "region/target.h"

namespace oriel {
namespace {

/// A person who may not open the socket learns whose it is.
Error refused_by_system(Error error, const std::string& socket, const std::string& description) {
    struct stat info{};
    if (error.os_code != EACCES) {
        return error;
    }
    if (::stat(socket.c_str(), &info) != 0) {
        error.message = fmt::format("may not enter the folder of region '{}'", description);
    } else if ((info.st_mode & S_IWGRP) != 0) {
        error.message = fmt::format("region '{}' is open to the group {} only: join that group",
                                    description,
                                    group_name(info.st_gid));
    } else {
        error.message =
            fmt::format("region '{}' is open to user {} only: give its broker a --viewer-group",
                        description,
                        info.st_uid);
    }
    return error;
}

}  // namespace

Result<UniqueFd> connect_to_broker(const std::string& socket, const std::string& description) {
    auto connection = connect_unix(socket, SocketKind::Packets);
    if (!connection) {
        if (connection.error().kind == ErrorKind::NotFound) {
            return Failure(Error::not_found(
                is_region_name(description)
                    ? fmt::format("region '{0}' is not there: start `oriel broker {0}`",
                                  description)
                    : fmt::format("nobody serves {}: start its broker", socket)));
        }
        return Failure(refused_by_system(connection.error(), socket, description));
    }
    if (::fcntl(connection->get(), F_SETFL, O_NONBLOCK) != 0) {
        return Failure(Error::system("prepare a connection", errno));
    }
    return connection;
}

Error refusal_error(const Answer& answer) {
    switch (answer.status) {
    case AnswerStatus::Busy:
        return Error::busy(answer.text);
    case AnswerStatus::NotAllowed:
        return Error{ErrorKind::System, EACCES, answer.text};
    case AnswerStatus::OtherMajor:
        return Error::unsupported(answer.text);
    case AnswerStatus::Served:
    case AnswerStatus::BadHello:
    case AnswerStatus::Replaced:
        break;
    }
    return Error::protocol(answer.text);
}

}  // namespace oriel
