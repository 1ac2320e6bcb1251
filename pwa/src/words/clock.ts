import { dictionary } from './dictionary'

export default dictionary({
  zh: {
    ended_before_start: '手机时间不对：结束早于开始',
    ended_in_future: '手机时间快：结束晚于收到',
    clock_set: '提交前手机时间被改过',
  },
  en: {
    ended_before_start: 'phone’s clock wrong: ended before it began',
    ended_in_future: 'phone’s clock fast: ended after it arrived',
    clock_set: 'phone’s clock was set before it was sent',
  },
})
