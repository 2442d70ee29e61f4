// One question as JSON a line, one answer as JSON a line. The SDKs judge; nothing here does.
'use strict'
const crypto = require('node:crypto')
const fs = require('node:fs')
const readline = require('node:readline')
const twilio = require('twilio')
const { Telnyx } = require('telnyx')
const { verifySignature } = require('@vonage/jwt')
const { SMS } = require('@vonage/messages')
const jwt = require('jsonwebtoken')
const { Webhook } = require('standardwebhooks')

const secret = Buffer.from('a secret of thirty-two bytes, ok').toString('base64')

async function works (attempt) {
  try { return (await attempt()) !== false } catch { return false }
}

const answers = {
  now: () => Math.floor(Date.now() / 1000),
  form: ({ params }) => new URLSearchParams(params).toString(),
  keypair: () => {
    const pair = crypto.generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' }
    })
    return { private: pair.privateKey, public: pair.publicKey }
  },
  twilio_sign: ({ token, url, params }) => twilio.getExpectedTwilioSignature(token, url, params),
  twilio_unknown_names: ({ names }) => {
    const file = require.resolve('twilio/lib/rest/api/v2010/account/message.js')
    const source = fs.readFileSync(file, 'utf8')
    return names.filter((name) => !source.includes(`"${name}"`))
  },
  telnyx_verify: ({ body, headers, key }) => works(() => {
    const client = new Telnyx({ apiKey: 'KEY', publicKey: key })
    return client.webhooks.unwrap(body, { headers, key })
  }),
  vonage_verify: ({ token, secret }) => works(() => verifySignature(token, secret)),
  vonage_sms: ({ to, from, text }) => {
    const sms = new SMS({ to, from, text })
    return { to: sms.to, from: sms.from, text: sms.text, channel: sms.channel, message_type: sms.messageType }
  },
  hs256: ({ claims, secret }) => jwt.sign(claims, secret, { algorithm: 'HS256' }),
  rs256: ({ token, public: key }) => jwt.verify(token, key, { algorithms: ['RS256'] }),
  standard_sign: ({ id, time, body }) => new Webhook(secret).sign(id, new Date(time * 1000), body),
  standard_verify: ({ headers, body }) => works(() => { new Webhook(secret).verify(body, headers); return true })
}

readline.createInterface({ input: process.stdin }).on('line', async (line) => {
  const question = JSON.parse(line)
  console.log(JSON.stringify(await answers[question.kind](question)))
})
